import './connect.css';
import type { Transport } from '@imflow/core';
import { type FormEvent, type ReactElement, useState } from 'react';
import { Plain } from '../problem/Plain.tsx';
import type { Person } from '../route/person.ts';
import { someone } from '../route/person.ts';
import { ConnectedPage } from './ConnectedPage.tsx';
import { connectOnce } from './connectOnce.ts';
import { createParticipants, type Participants } from './participants.ts';
import { protocols } from './protocols.ts';

/** What the address of the page fills in. Never a password. */
export interface ConnectFields {
  /** The id of a protocol; the first one stands for what is none. */
  readonly protocol: string;
  readonly server: string;
  readonly address: string;
  readonly remote: string;
}

interface Connected {
  readonly transport: Transport;
  readonly me: Person;
  readonly participants: Participants;
  readonly normal: (address: string) => string;
}

/** Asks for an account on a server; then it is the same chat. Nothing secret is kept, so a reload asks again. */
export function ConnectPage({ fields }: { fields: ConnectFields }): ReactElement {
  const [protocolId, setProtocolId] = useState(fields.protocol);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const [connected, setConnected] = useState<Connected>();
  const protocol = protocols.find(({ id }) => id === protocolId) ?? protocols[0];

  async function connect(data: FormData): Promise<void> {
    const text = (name: string): string => {
      const value = data.get(name);
      return typeof value === 'string' ? value : '';
    };
    const [server, address, remote] = ['server', 'address', 'with'].map((name) => text(name).trim()) as [
      string,
      string,
      string,
    ];
    if (protocol === undefined) return;
    setBusy(true);
    setProblem('');
    try {
      if (remote === '' || protocol.normal(remote) === protocol.normal(address)) {
        throw new Error('“Talk to” has to name somebody else: their address, such as bo@example.com.');
      }
      const participants = createParticipants(protocol.normal(address));
      const account = { server, address, password: text('password') };
      const transport = await connectOnce(protocol, account, participants.add);
      participants.add(protocol.normal(remote));
      const query = new URLSearchParams({ protocol: protocol.id, server, address, with: remote });
      const place = `/connect?${query}#${encodeURIComponent(protocol.normal(remote))}`;
      history.replaceState(null, '', place);
      setConnected({ transport, me: someone(transport.localAddress), participants, normal: protocol.normal });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'The connection could not be made.');
    }
    setBusy(false);
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (!busy) void connect(new FormData(event.currentTarget));
  }

  if (connected !== undefined) return <ConnectedPage {...connected} />;
  return (
    <Plain title="Connect to a server">
      <form className="connect" onSubmit={submit}>
        <label>
          Protocol
          <select className="field" value={protocol?.id} onChange={(event) => setProtocolId(event.target.value)}>
            {protocols.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Server
          <input
            className="field"
            name="server"
            type="text"
            inputMode="url"
            required
            spellCheck={false}
            defaultValue={fields.server}
            placeholder={protocol?.examples.server}
          />
        </label>
        <label>
          Address
          <input
            className="field"
            name="address"
            type="text"
            required
            spellCheck={false}
            autoComplete="off"
            defaultValue={fields.address}
            placeholder={protocol?.examples.address}
          />
        </label>
        <label>
          Password
          <input className="field" name="password" type="password" required autoComplete="off" />
        </label>
        <label>
          Talk to
          <input
            className="field"
            name="with"
            type="text"
            required
            spellCheck={false}
            autoComplete="off"
            defaultValue={fields.remote}
            placeholder="bo@example.com"
          />
        </label>
        <p role="alert">{problem}</p>
        <button type="submit" className="button" aria-disabled={busy}>
          {busy ? 'Connecting…' : 'Connect'}
        </button>
      </form>
    </Plain>
  );
}
