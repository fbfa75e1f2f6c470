import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

const ENVIRONMENT = {
  XMPP_SERVER: 'wss://a/xmpp-websocket',
  XMPP_ADDRESS: 'gateway@a',
  XMPP_PASSWORD: 'x',
  SIP_SERVER: 'wss://b',
  SIP_ADDRESS: 'sip:gateway@b',
  SIP_PASSWORD: 'y',
  PAIRS: 'bo@a = sip:ana@b, cy@a=dee@b',
};

it('the configuration names both accounts and the pairs of users', () => {
  expect(readConfig(ENVIRONMENT)).toEqual({
    xmpp: { server: 'wss://a/xmpp-websocket', address: 'gateway@a', password: 'x' },
    sip: { server: 'wss://b', address: 'sip:gateway@b', password: 'y' },
    pairs: [
      { xmpp: 'bo@a', sip: 'sip:ana@b' },
      { xmpp: 'cy@a', sip: 'dee@b' },
    ],
  });
});

it.each([
  [{ SIP_PASSWORD: '' }, /SIP_PASSWORD is not set/],
  [{ XMPP_SERVER: undefined }, /XMPP_SERVER is not set/],
  [{ PAIRS: 'bo@a' }, /PAIRS has "bo@a"/],
  [{ PAIRS: 'bo@a=sip:ana@b=cy@c' }, /PAIRS has/],
  [{ PAIRS: 'bo@a=sip:ana@b,bo@a=sip:cy@b' }, /names a user twice/],
])('an invalid configuration throws an error that names the fault: %j', (change, translations) => {
  expect(() => readConfig({ ...ENVIRONMENT, ...change })).toThrow(translations);
});
