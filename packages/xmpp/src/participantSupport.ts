import type { OperationCapabilities } from '@imflow/core';
import { rememberIn } from './boundedMap.ts';
import { NS } from './namespaces.ts';
import { childOf, childrenOf, textOf, type XmlElement } from './xml.ts';

/** The operations that the clients of participants support. */
export interface ParticipantSupport {
  /** A device of a participant became available, with its features (XEP-0115), or unavailable. */
  presence(remote: string, device: string, presence: XmlElement): void;
  /** The conversation with a participant was opened. */
  opened(remote: string): void;
  /** A participant has written with a client of this kind. */
  usesImflow(remote: string): void;
  operationsFor(remote: string): OperationCapabilities;
  /** Drops everything that is known of devices. */
  forget(): void;
}

interface Device {
  readonly version: string;
  /** Undefined while the features of the device are unknown. */
  features?: ReadonlySet<string>;
  asked: boolean;
}

/** The default for unknown clients. XEP-0308 guarantees only the last message. */
export const OPERATIONS: OperationCapabilities = { edit: 'last', retract: true, react: 'many', reply: true };

/** Devices of one participant beyond these are not asked. */
const MAX_DEVICES = 20;
const ONE_REACTION = 'max_reactions_per_user';

/** @param ask the features of a device (XEP-0030). */
export function createParticipantSupport(
  ask: (device: string) => Promise<XmlElement>,
  isOpen: (remote: string) => boolean,
): ParticipantSupport {
  const devices = new Map<string, Map<string, Device>>();
  const imflowUsers = new Map<string, true>();

  async function learn(address: string, device: Device): Promise<void> {
    device.asked = true;
    try {
      device.features = featuresIn(await ask(address));
    } catch {
      // Its features stay unknown: it may support any of them.
    }
  }

  function askAll(remote: string): void {
    if (!isOpen(remote)) return;
    for (const [address, device] of devices.get(remote) ?? []) if (!device.asked) void learn(address, device);
  }

  return {
    presence(remote, address, presence) {
      const known = devices.get(remote) ?? new Map<string, Device>();
      devices.set(remote, known);
      const { node, ver } = childOf(presence, 'c', NS.caps)?.attributes ?? {};
      const version = `${node ?? ''}#${ver ?? ''}`;
      if (presence.attributes['type'] !== undefined) known.delete(address);
      else if (known.get(address)?.version !== version && known.size < MAX_DEVICES) {
        known.set(address, { version, asked: ver === undefined });
      }
      askAll(remote);
    },
    opened: askAll,
    usesImflow: (remote) => rememberIn(imflowUsers, remote, true),
    operationsFor(remote) {
      const all = Array.from(devices.get(remote)?.values() ?? [], ({ features }) => features);
      // A feature is available if one of the devices supports it.
      const knows = (feature: string): boolean =>
        all.length === 0 || all.some((features) => features?.has(feature) !== false);
      const any = imflowUsers.has(remote) || all.some((features) => features?.has(NS.imflow));
      const one = all.some((features) => features?.has(ONE_REACTION));
      return {
        ...(knows(NS.correct) ? { edit: any ? 'any' : 'last' } : {}),
        retract: knows(NS.retract) || knows(NS.oldRetract),
        ...(knows(NS.reactions) ? { react: one ? 'one' : 'many' } : {}),
        reply: knows(NS.reply),
      };
    },
    forget: () => devices.clear(),
  };
}

function featuresIn(answer: XmlElement): ReadonlySet<string> {
  const children = childrenOf(childOf(answer, 'query', NS.info) ?? answer);
  const limits = children.filter(({ xmlns }) => xmlns === NS.data).flatMap(childrenOf);
  const isOne = limits.some(
    (field) =>
      field.attributes['var'] === ONE_REACTION && childrenOf(field).some((value) => textOf(value).trim() === '1'),
  );
  const features = children.flatMap(({ name, attributes }) => (name === 'feature' ? (attributes['var'] ?? []) : []));
  return new Set(isOne ? [...features, ONE_REACTION] : features);
}
