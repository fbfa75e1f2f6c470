import type { ReactElement } from 'react';
import { Icon } from '../Icon.tsx';
import { conversationLink } from '../route/conversationLink.ts';
import type { Person } from '../route/person.ts';

/** What to do while nothing has been said. */
export function Invitation({ me, remote }: { me: Person; remote: Person }): ReactElement {
  return (
    <div className="invitation">
      <strong dir="auto">
        {me.name}, say hello to {remote.name}
      </strong>
      <p>
        {remote.name} lives in another tab of this browser. Nothing leaves it: no server, no account. What you write
        while that tab is closed waits for it.
      </p>
      <a className="button" href={conversationLink(remote, me)} target="_blank" rel="noopener">
        Open {remote.name} in a new tab
        <Icon name="newTab" />
      </a>
    </div>
  );
}
