import '../connect/connect.css';
import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { ConnectedPage } from '../connect/ConnectedPage.tsx';
import { Explanation, Field, useFocusOnProblem } from '../connect/ConnectPage.tsx';
import { type Connected, connectOnce } from '../connect/connectOnce.ts';
import { ConnectError, type Problem } from '../connect/problem.ts';
import { websocket } from '../connect/protocols.ts';
import { NetworkAddresses } from './NetworkAddresses.tsx';
import { useServerStatus } from './useServerStatus.ts';
import { MinimalPage } from '../problem/MinimalPage.tsx';
import { PageHeader } from '../problem/PageHeader.tsx';
import { useWords } from '../settings/SettingsProvider.tsx';

/** The sign-in page of the chat server that serves this page: it asks for a name. A reload asks again, and loses nothing. */
export function ServerPage({ name, remote }: { name: string; remote: string }): ReactElement {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [connected, setConnected] = useState<Connected>();
  const { server: translations, connect } = useWords();
  const { state, addresses } = useServerStatus();
  const form = useRef<HTMLFormElement>(null);
  useFocusOnProblem(form, problem);
  const errorOf = (field: Problem['field']): ReactElement | undefined =>
    problem && problem.field === field ? <Explanation problem={problem} protocol={websocket} /> : undefined;

  useEffect(() => {
    if (connected === undefined) document.title = `${translations.title} · imflow`;
  }, [connected, translations]);

  async function start(data: FormData): Promise<void> {
    const text = (field: string): string => {
      const value = data.get(field);
      return websocket.normal(typeof value === 'string' ? value : '');
    };
    const [me, other] = [text('name'), text('with')];
    setBusy(true);
    setProblem(undefined);
    try {
      if (other === '') throw new ConnectError({ what: 'yourself', field: 'with' });
      const server = `${location.origin.replace(/^http/, 'ws')}/chat`;
      const signedIn = await connectOnce(websocket, { server, address: me, password: me }, other);
      const query = new URLSearchParams({ name: me, with: other });
      history.replaceState(null, '', `/server?${query}#${encodeURIComponent(other)}`);
      setConnected(signedIn);
    } catch (error) {
      setProblem(error instanceof ConnectError ? error.problem : { what: 'unknown', detail: String(error) });
    }
    setBusy(false);
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (!busy) void start(new FormData(event.currentTarget));
  }

  if (connected !== undefined) return <ConnectedPage {...connected} />;
  return (
    <>
      <PageHeader />
      <MinimalPage title={translations.title}>
        <form ref={form} className="connect" onSubmit={submit}>
          <p>{translations.about}</p>
          <Field
            label={translations.yourName}
            name="name"
            dir="auto"
            defaultValue={name}
            maxLength={64}
            error={errorOf('address')}
          />
          <Field
            label={connect.talkTo}
            name="with"
            dir="auto"
            defaultValue={remote}
            maxLength={64}
            error={errorOf('with')}
          />
          <output>{state === 'starting' && translations.starting}</output>
          <div role="alert">{state === 'failed' && <p>{translations.failed}</p>}</div>
          <div role="alert">
            {problem && problem.field === undefined && <Explanation problem={problem} protocol={websocket} />}
          </div>
          <button type="submit" className="button" aria-disabled={busy}>
            {busy ? connect.connecting : translations.start}
          </button>
        </form>
        <NetworkAddresses addresses={addresses} />
      </MinimalPage>
    </>
  );
}
