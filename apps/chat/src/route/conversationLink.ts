import { type Person, person } from './person.ts';

/** The address of the page where one person talks with another. */
export function conversationLink(me: Person, remote: Person): string {
  const query = new URLSearchParams({ me: me.address, with: remote.address });
  if (me.name !== person(me.address).name) query.set('name', me.name);
  if (remote.name !== person(remote.address).name) query.set('withName', remote.name);
  return `/?${query}`;
}
