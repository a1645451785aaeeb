/** The types of the HTTP API, in the form that `npm run api` writes from openapi.yaml. */

export interface paths {
  '/auth/session': {
    get: { responses: Answer<200, components['schemas']['Session']> };
    post: {
      requestBody: {
        content: { 'application/json': components['schemas']['SessionRequest'] };
      };
      responses: Answer<200, components['schemas']['Session']>;
    };
    delete: { responses: { 204: { headers: Headers; content?: never }; default: Failure } };
  };
  '/settings': {
    get: { responses: Answer<200, components['schemas']['Settings']> };
    patch: {
      requestBody: {
        content: { 'application/json': components['schemas']['SettingsPatch'] };
      };
      responses: Answer<200, components['schemas']['Settings']>;
    };
  };
  '/calendars': {
    get: {
      parameters: { query?: { maxResults?: number; pageToken?: string } };
      responses: Answer<200, components['schemas']['CalendarList']>;
    };
  };
  '/calendars/{id}/import': {
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string } };
      requestBody: { content: { 'text/calendar': string } };
      responses: Answer<200, components['schemas']['ImportReport']>;
    };
  };
  '/events': {
    get: {
      parameters: {
        query?: {
          calendarId?: string[];
          start?: string;
          end?: string;
          singleEvents?: boolean;
          maxResults?: number;
          pageToken?: string;
        };
      };
      responses: Answer<200, components['schemas']['EventList']>;
    };
  };
}

type Headers = { [name: string]: unknown };
type Failure = {
  headers: Headers;
  content: { 'application/json': components['schemas']['Error'] };
};
type Answer<Status extends number, Body> = {
  [status in Status]: { headers: Headers; content: { 'application/json': Body } };
} & { default: Failure };

export interface components {
  schemas: {
    SessionRequest: { code?: string; setupCode?: string };
    User: { id: string; name?: string; email?: string };
    Session: { csrfToken: string; user: components['schemas']['User'] };
    Settings: { timeZone: string };
    SettingsPatch: { timeZone?: string };
    Calendar: {
      id: string;
      name: string;
      primary?: boolean;
      accessRole: string;
      backgroundColor?: string;
      timeZone?: string;
      provider?: string;
    };
    CalendarList: { items: components['schemas']['Calendar'][]; nextPageToken?: string };
    EventDateTime: { date?: string; dateTime?: string; timeZone?: string };
    Event: {
      id: string;
      calendarId?: string;
      summary?: string;
      description?: string;
      location?: string;
      status?: string;
      start?: components['schemas']['EventDateTime'];
      end?: components['schemas']['EventDateTime'];
      recurringEventId?: string;
    };
    EventList: { items: components['schemas']['Event'][]; nextPageToken?: string };
    ImportItem: { uid?: string; summary?: string; status: string; issues?: string[] };
    ImportReport: {
      imported: number;
      updated: number;
      unchanged: number;
      failed: number;
      items: components['schemas']['ImportItem'][];
    };
    Error: {
      error: {
        code: string;
        message: string;
        details?: { field?: string; issue: string }[];
        requestId?: string;
      };
    };
  };
}
