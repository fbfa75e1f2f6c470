import type { FormEvent, ReactElement } from 'react';
import { useWords } from '../settings/SettingsProvider.tsx';

/** The form that starts a conversation with an address. */
export function TalkTo({ onChoose }: { onChoose: (address: string) => void }): ReactElement {
  const translations = useWords().conversations;

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = event.currentTarget;
    const address = new FormData(form).get('with');
    if (typeof address !== 'string' || address.trim() === '') return;
    form.reset();
    onChoose(address.trim());
  }

  return (
    <form className="talk-to" onSubmit={submit}>
      <label>
        <span className="unseen">{translations.talkTo}</span>
        <input
          className="field"
          name="with"
          type="text"
          required
          spellCheck={false}
          autoComplete="off"
          placeholder={translations.talkTo}
          dir="ltr"
        />
      </label>
      <button type="submit" className="button">
        {translations.begin}
      </button>
    </form>
  );
}
