import { arrived, check, type Checks, connected, expectEqual, resolved, sent, text } from './harness.ts';
import { operate } from './operationChecks.ts';

/** Checks of the conformance suite: a search in the history of the server. */
export const searchChecks: Checks = {
  'history: a text is found in its newest form, the newest message first': async (pair) => {
    const { historySearch, operations } = pair.ana.capabilities;
    if (historySearch !== true) return;
    const endpoints = await connected(pair);
    const { ana, bo } = endpoints;
    const found = async (words: string): Promise<readonly string[]> => {
      const ids: string[] = [];
      let before: string | undefined;
      for (let steps = 0; steps < 10; steps += 1) {
        check(bo.channel.searchHistory !== undefined, 'historySearch is true, but a channel has no searchHistory');
        const request = { text: words, ...(before === undefined ? {} : { before }) };
        const { messageIds, next } = await resolved(pair, bo.channel.searchHistory(request), 'searchHistory');
        ids.push(...messageIds);
        if (next === undefined) break;
        before = next;
      }
      return ids;
    };
    const messages = ['a blue needle', 'hay', 'another needle'].map((body) => text(body));
    for (const message of messages) {
      await sent(pair, ana, message);
      await arrived(pair, bo, message.messageId);
    }
    const [first, hay, last] = messages.map(({ messageId }) => messageId) as [string, string, string];
    expectEqual(await found('needle'), [last, first], 'the messages with the text, newest first');
    expectEqual(await found('pitchfork'), [], 'the messages with a text that nobody sent');
    if (operations?.edit === undefined || operations.retract !== true) return;
    const head = { sequence: 1_700_000_000_200 };
    const newText = { contentType: 'text/plain', body: 'a needle too' };
    await operate(pair, endpoints, { ...head, ...newText, id: `${hay}-edit`, target: hay, kind: 'edit' });
    await operate(pair, endpoints, { ...head, id: `${last}-retract`, target: last, kind: 'retract' });
    expectEqual(await found('needle'), [hay, first], 'the messages with the text, after an edit and a retraction');
    expectEqual(await found('hay'), [], 'the messages with a text that was edited away');
  },
};
