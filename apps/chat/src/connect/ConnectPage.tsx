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

/** What the address of the page fills in. Never a password. */
export interface ConnectFields {
  /** The id of a protocol; the first one is the default for an unknown id. */
  readonly protocol: string;
  readonly server: string;
  readonly address: string;
  readonly remote: string;
}

/** Asks for an account on a server; then it is the same chat. Nothing secret is kept, so a reload asks again. */
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
      // Other spellings are compared once the transport is there, which a wrong server prevents.
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
  /** What is wrong with its value. */
  readonly error?: ReactElement | undefined;
}

/** A field that has to be filled in. Addresses run from left to right in any language. */
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

/** Leads to the field that is wrong. */
export function useFocusOnProblem(form: RefObject<HTMLFormElement | null>, problem: Problem | undefined): void {
  useEffect(() => {
    if (problem?.field === undefined) return;
    form.current?.querySelector<HTMLInputElement>('[aria-invalid]')?.focus();
  }, [form, problem]);
}

/** Says in words what is wrong. */
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
