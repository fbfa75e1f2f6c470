import { expect, it } from 'vitest';
import { addressIn, domainUriOf, isAddress, keyOf, normalAddressOf, uriOf, userOf } from './address.ts';

it.each(['sip:ana@example.com', 'ana@example.com', 'sips:ana@example.com:5061', 'sip:+49.123@[::1]:5060'])(
  '%s is an address',
  (address) => expect(isAddress(address)).toBe(true),
);

it.each([
  'ana',
  '@example.com',
  'sip:ana@',
  'sip:ana@example.com>\r\nX: y',
  'sip:a b@example.com',
  'sip:<ana>@example.com',
  `${'a'.repeat(256)}@example.com`,
  undefined,
  7,
])('%s is no address', (address) => expect(isAddress(address)).toBe(false));

it.each([
  ['sip:ana@Example.COM', 'ana@example.com'],
  ['sips:ana@example.com;transport=ws?subject=x', 'ana@example.com'],
  ['ana@example.com:5060', 'ana@example.com'],
  ['sip:%61na@example.com', 'ana@example.com'],
  ['sip:%zz@example.com', '%zz@example.com'],
])('%s is compared as %s', (address, key) => expect(keyOf(address)).toBe(key));

it.each([
  ['Fin@LocalHost', 'Fin@localhost'],
  ['sip:Fin@LOCALHOST:5060', 'Fin@localhost'],
  ['SIP:%46in@localhost', 'Fin@localhost'],
  ['SIPS:fin@Example.com:5061', 'sips:fin@example.com'],
  ['sip:fin@[2001:DB8::1]:5070', 'fin@[2001:db8::1]:5070'],
  ['a%20b@example.com', 'a%20b@example.com'],
  ['a%3Cb%3e@example.com', 'a%3Cb%3E@example.com'],
  ['%c3%a4@example.com', '%C3%A4@example.com'],
  ['%zz@example.com', '%25zz@example.com'],
  ['no address', 'no address'],
])('B302 the canonical form of %s is %s, whose canonical form is itself', (written, normal) => {
  expect(normalAddressOf(written)).toBe(normal);
  expect(normalAddressOf(normal)).toBe(normal);
  expect(isAddress(normal)).toBe(isAddress(written));
  expect(keyOf(normal)).toBe(keyOf(written));
});

it.each([
  ['sip:bo@example.com.', 'bo@example.com'],
  ['bo@example.com.:5080', 'bo@example.com:5080'],
  ['bo@bücher.example', 'bo@xn--bcher-kva.example'],
  ['sips:bo@BÜCHER.example:5061', 'sips:bo@xn--bcher-kva.example'],
  ['bo@BU\u0308CHER。example.', 'bo@xn--bcher-kva.example'],
  ['bo@XN--BCHER-KVA.example', 'bo@xn--bcher-kva.example'],
  ['bo@[2001:DB8:0:0:0:0:0:1]:5070', 'bo@[2001:db8::1]:5070'],
])('B387 %s is an address of the same host as %s', (written, normal) => {
  expect(isAddress(written)).toBe(true);
  expect(normalAddressOf(written)).toBe(normal);
  expect(normalAddressOf(normal)).toBe(normal);
  expect(keyOf(written)).toBe(keyOf(normal));
  // No request contains letters that the grammar of RFC 3261 section 25.1 does not have.
  expect(uriOf(written)).toMatch(/^sips?:[!-~]+$/);
});

it.each([
  'bo@bü\r\ncher.example',
  'bo@bü\tcher.example',
  'bo@bü%63her.example',
  'bo@bü/cher',
  'bo@bü#cher',
  'bo@bü?cher',
  'bö@example.com',
  'bo@ü>',
  'bo@xn--a\u0308.example:x',
])('B387 %j is no address', (written) => {
  expect(isAddress(written)).toBe(false);
  expect(normalAddressOf(written)).toBe(written);
});

it('addresses distinguish users by case and hosts by port', () => {
  expect(keyOf('sip:Ana@example.com')).not.toBe(keyOf('sip:ana@example.com'));
  expect(keyOf('sip:ana@example.com:5080')).not.toBe(keyOf('sip:ana@example.com'));
  expect(keyOf('sip:ana@example.com:x')).not.toBe(keyOf('sip:ana@example.com'));
});

it.each([
  ['"Bo \\"<x>\\"" <sip:bo@example.com;user=phone>;tag=1', 'sip:bo@example.com;user=phone'],
  ['Bo <sip:bo@example.com>', 'sip:bo@example.com'],
  ['sip:bo@example.com;tag=1', 'sip:bo@example.com'],
  ['"<sip:eve@example.com>" <sip:bo@example.com>', 'sip:bo@example.com'],
  ['', ''],
])('parseAddress finds the address in %s', (header, address) => expect(addressIn(header)).toBe(address));

it('an address has a user, a URI and a registrar', () => {
  expect(uriOf('ana@example.com')).toBe('sip:ana@example.com');
  expect(domainUriOf('sips:ana@example.com:5061')).toBe('sips:example.com:5061');
  expect(userOf('sip:an%61@example.com')).toBe('ana');
});
