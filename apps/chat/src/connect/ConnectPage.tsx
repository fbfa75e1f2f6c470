import './connect.css';
import {
  type ComponentProps,
  type FormEvent,
  type ReactElement,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { MinimalPage } from '../problem/MinimalPage.tsx';
import { PageHeader } from '../problem/PageHeader.tsx';
import { useWords } from '../settings/SettingsProvider.tsx';
import { ConnectedPage } from './ConnectedPage.tsx';
import { type Connected, connectOnce } from './connectOnce.ts';
import { ConnectError, type Problem } from './problem.ts';
import { type Protocol, protocols } from './protocols.ts';

/** The values that the address of the page provides for the form. A password is never among them. */
export interface ConnectFields {
  /** The id of a protocol; the first one is the default for an unknown id. */
  readonly protocol: string;
  readonly server: string;
  readonly address: string;
  readonly remote: string;
}

/** The sign-in form for an account on a server, then the chat. The password is not stored, so a reload asks for it again. */
export function ConnectPage({ fields }: { fields: ConnectFields }): ReactElement {
  const [protocolId, setProtocolId] = useState(fields.protocol);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [connected, setConnected] = useState<Connected>();
  const protocol = protocols.find(({ id }) => id === protocolId) ?? protocols[0];
  const translations = useWords().connect;
  const form = useRef<HTMLFormElement>(null);
  useFocusOnProblem(form, problem);
  const errorOf = (field: Problem['field']): ReactElement | undefined =>
    problem && problem.field === field ? <Explanation problem={problem} protocol={protocol} /> : undefined;

  useEffect(() => {
    if (connected === undefined) document.title = `${translations.title} · imflow`;
  }, [connected, translations]);

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
    setBusy(true);
    setProblem(undefined);
    try {
      // Different spellings can be compared only once the transport exists, and an invalid server prevents that.
      const isYourself = remote.toLowerCase() === address.toLowerCase();
      if (remote === '' || isYourself) throw new ConnectError({ what: 'yourself', field: 'with' });
      const signedIn = await connectOnce(protocol, { server, address, password: text('password') }, remote);
      const query = new URLSearchParams({ protocol: protocol.id, server, address, with: remote });
      history.replaceState(null, '', `/connect?${query}#${encodeURIComponent(signedIn.normal(remote))}`);
      setConnected(signedIn);
    } catch (error) {
      setProblem(error instanceof ConnectError ? error.problem : { what: 'unknown', detail: String(error) });
    }
    setBusy(false);
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (!busy) void connect(new FormData(event.currentTarget));
  }

  if (connected !== undefined) return <ConnectedPage {...connected} />;
  return (
    <>
      <PageHeader />
      <MinimalPage title={translations.title}>
        <form ref={form} className="connect" onSubmit={submit}>
          <label>
            {translations.protocol}
            <select className="field" value={protocol.id} onChange={(event) => setProtocolId(event.target.value)}>
              {protocols.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <Field
            label={translations.server}
            name="server"
            inputMode="url"
            defaultValue={fields.server}
            placeholder={protocol.examples.server}
            error={errorOf('server')}
          />
          <Field
            label={translations.address}
            name="address"
            defaultValue={fields.address}
            placeholder={protocol.examples.address}
            error={errorOf('address')}
          />
          <Field label={translations.password} name="password" type="password" />
          <Field
            label={translations.talkTo}
            name="with"
            defaultValue={fields.remote}
            placeholder={protocol.examples.remote}
            error={errorOf('with')}
          />
          <div role="alert">
            {problem && problem.field === undefined && <Explanation problem={problem} protocol={protocol} />}
          </div>
          <button type="submit" className="button" aria-disabled={busy}>
            {busy ? translations.connecting : translations.connect}
          </button>
        </form>
      </MinimalPage>
    </>
  );
}

interface FieldProps extends ComponentProps<'input'> {
  readonly label: string;
  /** The problem of the value. */
  readonly error?: ReactElement | undefined;
}

/** A required field. Addresses are written from left to right in any language. */
export function Field({ label, error, ...rest }: FieldProps): ReactElement {
  const id = useId();
  return (
    <div>
      <label>
        {label}
        <input
          className="field"
          type="text"
          dir="ltr"
          required
          spellCheck={false}
          autoComplete="off"
          aria-invalid={error ? true : undefined}
          aria-describedby={error && id}
          {...rest}
        />
      </label>
      <div role="alert" id={id} className="connect-problem">
        {error}
      </div>
    </div>
  );
}

/** Moves the focus to the invalid field. */
export function useFocusOnProblem(form: RefObject<HTMLFormElement | null>, problem: Problem | undefined): void {
  useEffect(() => {
    if (problem?.field === undefined) return;
    form.current?.querySelector<HTMLInputElement>('[aria-invalid]')?.focus();
  }, [form, problem]);
}

/** Returns the description of a problem. */
export function Explanation({
  problem: { what, detail },
  protocol,
}: {
  problem: Problem;
  protocol: Protocol;
}): ReactElement {
  const { problems } = useWords().connect;
  const { server, address, remote } = protocol.examples;
  const examples = { invalidServer: server, invalidAddress: address, yourself: remote };
  return (
    <>
      <p>
        {what === 'invalidServer' || what === 'invalidAddress' || what === 'yourself'
          ? problems[what](examples[what])
          : problems[what]}
      </p>
      {detail !== undefined && (
        <small lang="en" dir="ltr">
          {detail}
        </small>
      )}
    </>
  );
}
