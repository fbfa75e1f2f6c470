import { type Participant, participant } from './participant.ts';

/** The address of the page where one person talks with another. */
export function conversationLink(me: Participant, remote: Participant): string {
  const query = new URLSearchParams({ me: me.address, with: remote.address });
  if (me.name !== participant(me.address).name) query.set('name', me.name);
  if (remote.name !== participant(remote.address).name) query.set('withName', remote.name);
  return `/?${query}`;
}
