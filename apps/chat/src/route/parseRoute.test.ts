import { describe, expect, test } from 'vitest';
import { conversationLink } from './conversationLink.ts';
import { parseRoute } from './parseRoute.ts';

function namesOf(search: string) {
  const route = parseRoute(search);
  if (route.page !== 'conversation') throw new Error(`${search} leads to the page "${route.page}"`);
  return [route.me.name, route.remote.name];
}

describe('parseRoute', () => {
  test.each(['', '?', '?utm_source=mail', '?ME=ana', '?%E0%A4%A'])('%j leads to the two phones', (search) => {
    expect(parseRoute(search)).toEqual({ page: 'demo' });
  });

  test('/connect asks for an account, with what the address fills in', () => {
    const empty = { protocol: '', server: '', address: '', remote: '' };
    expect(parseRoute('', '/connect/')).toEqual({ page: 'connect', fields: empty });
    expect(parseRoute('?protocol=sip&server=wss://a&address=sip:ana@a&with=bo@a&password=x', '/connect')).toEqual({
      page: 'connect',
      fields: { protocol: 'sip', server: 'wss://a', address: 'sip:ana@a', remote: 'bo@a' },
    });
  });

  test('/server asks for a name, with what the address fills in', () => {
    expect(parseRoute('', '/server')).toEqual({ page: 'server', name: '', remote: '' });
    const filled = { page: 'server', name: 'ana', remote: 'bo' };
    expect(parseRoute('?name=ana&with=bo', '/server/')).toEqual(filled);
  });

  test.each(['/conversations', '/conversations/'])('%s leads to several conversations', (path) => {
    expect(parseRoute('', path)).toEqual({ page: 'conversations' });
  });

  test.each(['/nonsense', '/conversations/bo', '/Connect'])('B376 %s is no page, whatever it asks for', (path) => {
    expect(parseRoute('?me=ana&with=bo', path)).toEqual({ page: 'problem', problem: { what: 'path' } });
  });

  test.each(['', '/', '/index.html'])('%j is the start page', (path) => {
    expect(parseRoute('', path)).toEqual({ page: 'demo' });
  });

  test('two people lead to their conversation, with capitalised names', () => {
    expect(parseRoute('?me=ana&with=bo')).toEqual({
      page: 'conversation',
      me: { address: 'ana', name: 'Ana' },
      remote: { address: 'bo', name: 'Bo' },
    });
  });

  test('the same address written differently means the same person', () => {
    expect(parseRoute('?me=%20ANA%20&with=Jose%CC%81')).toMatchObject({
      me: { address: 'ana' },
      remote: { address: 'josé' },
    });
  });

  test.each([
    ['?me=ana', { what: 'missing', parameter: 'with' }],
    ['?me=ana&wiht=bo', { what: 'missing', parameter: 'with' }],
    ['?with=bo', { what: 'missing', parameter: 'me' }],
    ['?me=&with=bo', { what: 'missing', parameter: 'me' }],
    ['?me=%20&with=bo', { what: 'missing', parameter: 'me' }],
    ['?me=ana&with=ana', { what: 'yourself' }],
    ['?me=ana&with=Ana', { what: 'yourself' }],
    ['?me=<b>ana</b>&with=bo', { what: 'characters', parameter: 'me' }],
    ['?me=ana&with=bo%00', { what: 'characters', parameter: 'with' }],
    [`?me=ana&with=${'b'.repeat(10_000)}`, { what: 'too-long', parameter: 'with', length: 10_000 }],
  ])('%.40j leads nowhere, and why is known', (search, problem) => {
    expect(parseRoute(search)).toEqual({ page: 'problem', problem });
  });

  test('names are any text, on one line, and end somewhere', () => {
    expect(namesOf(`?me=ana&with=bo&name=${encodeURIComponent('  <b>Ana</b>\n\t& co ')}`)).toEqual([
      '<b>Ana</b> & co',
      'Bo',
    ]);
    expect(namesOf('?me=ana&with=bo&withName=B%E2%80%AEo&name=%20')).toEqual(['Ana', 'B o']);
    expect(namesOf(`?me=ana&with=bo&name=${'👍'.repeat(10_000)}`)[0]).toBe(`${'👍'.repeat(59)}…`);
  });
});

describe('conversationLink', () => {
  test('leads to the same conversation, and names what cannot be guessed', () => {
    const ana = { address: 'ana', name: 'Ana' };
    const bo = { address: 'bo+1', name: 'Bo & co' };
    expect(conversationLink(bo, ana)).toBe('/?me=bo%2B1&with=ana&name=Bo+%26+co');
    expect(parseRoute(conversationLink(ana, bo).slice(1))).toEqual({ page: 'conversation', me: ana, remote: bo });
  });
});
