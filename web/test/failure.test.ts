import { describe, expect, test } from 'vitest';
import { ApiFailure, asFailure, failureOf } from '../src/api/failure';
import { text } from '../src/text';

describe('ApiFailure', () => {
  test('ApiFailure.TakesMessageDetailsAndRequestIdFromTheBody', () => {
    const failure = failureOf(422, {
      error: {
        code: 'VALIDATION_ERROR',
        message: 'The body has problems.',
        details: [{ field: 'start.dateTime', issue: 'is no time' }, { issue: 'is too long' }],
        requestId: 'r-1',
      },
    });
    expect(failure.code).toBe('VALIDATION_ERROR');
    expect(failure.message).toBe('The body has problems.');
    expect(failure.details).toEqual(['start.dateTime: is no time', 'is too long']);
    expect(failure.requestId).toBe('r-1');
  });

  test('ApiFailure.HasWordsForABodyThatIsNotTheApis', () => {
    for (const body of [
      undefined,
      '',
      '<html>',
      [],
      { error: 'no' },
      { error: { details: [1] } },
    ]) {
      const failure = failureOf(502, body);
      expect(failure.message).toBe(text.failure.byStatus(502));
      expect(failure.details).toEqual([]);
    }
  });

  test('ApiFailure.SaysThatTheProgramCannotBeReached', () => {
    expect(asFailure(new TypeError('Failed to fetch')).message).toBe(text.failure.unreachable);
    const known = new ApiFailure(404, 'NOT_FOUND', 'Gone.');
    expect(asFailure(known)).toBe(known);
  });
});
