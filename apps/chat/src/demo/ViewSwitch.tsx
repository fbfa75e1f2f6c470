import { useInstantMessagingFlow } from '@imflow/react';
import type { ReactElement } from 'react';
import { useChoices, useWords } from '../settings/SettingsProvider.tsx';
import type { Side } from './demo.ts';

interface ViewSwitchProps {
  readonly sides: readonly Side[];
  /** The address of a person whose phone is shown, or `network`. */
  readonly view: string;
  readonly onChange: (view: string) => void;
}

/** In a narrow window, which shows one phone or the network at a time: chooses which. */
export function ViewSwitch({ sides, view, onChange }: ViewSwitchProps): ReactElement {
  const translations = useWords().views;
  return (
    <nav className="views" aria-label={translations.label}>
      {sides.map((side) => (
        <ViewButton key={side.me.address} shown={view === side.me.address} onShow={() => onChange(side.me.address)}>
          {side.me.name}
          <Unread side={side} />
        </ViewButton>
      ))}
      <ViewButton shown={view === 'network'} onShow={() => onChange('network')}>
        {translations.network}
      </ViewButton>
    </nav>
  );
}

interface ViewButtonProps {
  readonly shown: boolean;
  readonly onShow: () => void;
  readonly children: React.ReactNode;
}

function ViewButton({ shown, onShow, children }: ViewButtonProps): ReactElement {
  return (
    <button type="button" className="view" aria-pressed={shown} onClick={onShow}>
      {children}
    </button>
  );
}

/** The number of unread messages on the phone that is not shown. Shares the flow of that phone. */
function Unread({ side }: { side: Side }): ReactElement | null {
  const { unreadCount } = useInstantMessagingFlow(side.conversation);
  const { language } = useChoices();
  const shown = unreadCount.toLocaleString(language.tag);
  return unreadCount > 0 ? (
    <span className="unread" aria-label={language.app.views.unread(shown)}>
      {shown}
    </span>
  ) : null;
}
