import { describe, expect, test } from 'vitest';
import { conversationLink } from './conversationLink.ts';
import { parseRoute } from './parseRoute.ts';

function namesOf(search: string) {
  const route = parseRoute(search);
  if (route.page !== 'conversation') throw new Error(`${search} leads to the page "${route.page}"`);
  return [route.me.name, route.remote.name];
}

describe('parseRoute', () => {
  test.each(['', '?', '?utm_source=mail', '?ME=ana', '?%E0%A4%A'])('%j opens the demo with two phones', (search) => {
    expect(parseRoute(search)).toEqual({ page: 'demo' });
  });

  test('/connect opens the form for an account, filled in from the address', () => {
    const empty = { protocol: '', server: '', address: '', remote: '' };
    expect(parseRoute('', '/connect/')).toEqual({ page: 'connect', fields: empty });
    expect(parseRoute('?protocol=sip&server=wss://a&address=sip:ana@a&with=bo@a&password=x', '/connect')).toEqual({
      page: 'connect',
      fields: { protocol: 'sip', server: 'wss://a', address: 'sip:ana@a', remote: 'bo@a' },
    });
  });

  test('/server opens the form for a name, filled in from the address', () => {
    expect(parseRoute('', '/server')).toEqual({ page: 'server', name: '', remote: '' });
    const filled = { page: 'server', name: 'ana', remote: 'bo' };
    expect(parseRoute('?name=ana&with=bo', '/server/')).toEqual(filled);
  });

  test.each(['/conversations', '/conversations/'])('%s opens the page with several conversations', (path) => {
    expect(parseRoute('', path)).toEqual({ page: 'conversations' });
  });

  test.each(['/nonsense', '/conversations/bo', '/Connect'])(
    'B376 %s is no page, whatever its parameters are',
    (path) => {
      expect(parseRoute('?me=ana&with=bo', path)).toEqual({ page: 'problem', problem: { what: 'path' } });
    },
  );

  test.each(['', '/', '/index.html'])('%j opens the start page', (path) => {
    expect(parseRoute('', path)).toEqual({ page: 'demo' });
  });

  test('an address with two names opens their conversation, with capitalised names', () => {
    expect(parseRoute('?me=ana&with=bo')).toEqual({
      page: 'conversation',
      me: { address: 'ana', name: 'Ana' },
      remote: { address: 'bo', name: 'Bo' },
    });
  });

  test('different spellings of an address name the same person', () => {
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
  ])('%.40j opens the page for unknown addresses, with the reason', (search, problem) => {
    expect(parseRoute(search)).toEqual({ page: 'problem', problem });
  });

  test('a name is any text on one line of limited length', () => {
    expect(namesOf(`?me=ana&with=bo&name=${encodeURIComponent('  <b>Ana</b>\n\t& co ')}`)).toEqual([
      '<b>Ana</b> & co',
      'Bo',
    ]);
    expect(namesOf('?me=ana&with=bo&withName=B%E2%80%AEo&name=%20')).toEqual(['Ana', 'B o']);
    expect(namesOf(`?me=ana&with=bo&name=${'👍'.repeat(10_000)}`)[0]).toBe(`${'👍'.repeat(59)}…`);
  });
});

describe('conversationLink', () => {
  test('conversationLink leads to the same conversation, and includes only names that differ from the address', () => {
    const ana = { address: 'ana', name: 'Ana' };
    const bo = { address: 'bo+1', name: 'Bo & co' };
    expect(conversationLink(bo, ana)).toBe('/?me=bo%2B1&with=ana&name=Bo+%26+co');
    expect(parseRoute(conversationLink(ana, bo).slice(1))).toEqual({ page: 'conversation', me: ana, remote: bo });
  });
});
