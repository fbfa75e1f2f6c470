import type { FlowTransaction } from '@imflow/core';
import { describe, expect, it } from 'vitest';
import { createStatusFlow } from '../../fixtures/statusFlow.ts';
import { contains, printValue, summarize } from './summary.ts';

/** A conversation with every kind of frame. */
async function transactions(): Promise<readonly FlowTransaction[]> {
  const test = await createStatusFlow();
  const id = await test.send('hello');
  await test.accept();
  test.flow.editMessage(id, 'hello, harbour');
  await test.receive('m1');
  await test.receipt(id, 'delivered');
  test.flow.setLocalComposingState('composing');
  await test.push({ type: 'composing', sender: 'bo', state: 'composing' });
  await test.push({ type: 'participant', address: 'bo', change: 'unavailable' });
  await test.push({ type: 'history', messages: [] });
  test.transport.push({ type: 'nonsense' } as never);
  await test.connection('offline');
  return test.recording.getTrace().transactions;
}

describe('the summary of a transaction', () => {
  it('B424 a line of the timeline names its input', async () => {
    const titles = (await transactions()).map((transaction) => summarize(transaction).title);
    for (const title of ['inspect', 'start', 'status online', 'channel message m1', 'setComposing composing']) {
      expect(titles).toContain(title);
    }
    expect(titles).toEqual(
      expect.arrayContaining(['channel participant unavailable', 'channel history of 0 messages']),
    );
    expect(titles.at(-1)).toBe('status offline');
  });

  it('B424 a line of the timeline names the frames in and out', async () => {
    const activities = (await transactions()).flatMap((transaction) => summarize(transaction).activities);
    const texts = activities.map(({ kind, text }) => `${kind} ${text.replace(/[0-9a-f]{8}/, 'ID')}`);
    expect(texts).toEqual([
      'out message ID, attempt 1',
      'out edit ID',
      'in message m1',
      'out delivered m1',
      'out ack m1',
      'in delivered ID',
      'out ack ID',
      'out composing',
      'in composing',
      'in participant unavailable',
      'in history of 0 messages',
    ]);
  });

  it('B424 a search finds a text in any field of a transaction, and ignores case', async () => {
    const found = (await transactions()).filter((transaction) => contains(transaction, 'HARBOUR'));
    expect(found.map(({ input }) => input.type)).toContain('operate');
    expect(found.map(({ input }) => input.type)).not.toContain('start');
  });

  it('B424 values are printed as JSON, also those that JSON cannot express', () => {
    const value = { at: Infinity, error: new TypeError('wrong'), ids: new Set(['a']), none: undefined };
    expect(JSON.parse(printValue(value))).toEqual({ at: 'Infinity', error: 'TypeError: wrong', ids: ['a'] });
    expect(printValue(undefined)).toBe('');
  });
});
