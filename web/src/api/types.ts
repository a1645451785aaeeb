import type { components } from './schema';

/** The page's names for the API's answers. */
type Schemas = components['schemas'];
export type Calendar = Schemas['Calendar'];
export type CalendarEvent = Schemas['Event'];
export type ImportItem = Schemas['ImportItem'];
export type ImportReport = Schemas['ImportReport'];
export type Session = Schemas['Session'];
export type User = Schemas['User'];
