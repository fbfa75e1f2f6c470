import { createFakeTransport } from '@imflow/testing';
import { expect, it, vi } from 'vitest';
import { createInstantMessagingFlow } from './createInstantMessagingFlow.ts';

it('B432 the engine warns of each unknown option of a flow, its template and its defaults once a page', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const options = {
    transport: createFakeTransport(),
    remote: 'bo@example.org',
    strorage: undefined,
    sendDelay: 5_000,
    template: { sendDelay: 1_000, sendDelai: 5_000 },
    defaults: { sendDelay: 0, pagesize: 10 },
  };
  createInstantMessagingFlow(options);
  createInstantMessagingFlow(options);
  expect(warn.mock.calls).toEqual([
    ['imflow: strorage is no option of a flow and has no effect.'],
    ['imflow: sendDelay is no option of a flow and has no effect. Pass it in template.'],
    ['imflow: sendDelai is no option of template and has no effect.'],
    ['imflow: pagesize is no option of defaults and has no effect.'],
  ]);
});

it('B432 the engine warns of a flow whose participant is the local user, in any spelling of the address', () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const transport = Object.assign(createFakeTransport({ localAddress: 'ana@example.org' }), {
    normalizeAddress: (address: string) => address.toLowerCase(),
  });
  createInstantMessagingFlow({ transport, remote: 'Ana@Example.org' });
  createInstantMessagingFlow({ transport, remote: 'bo@example.org' });
  expect(warn.mock.calls).toEqual([
    ['imflow: remote is ana@example.org, which is the address of the transport: messages are sent to the local user.'],
  ]);
});
