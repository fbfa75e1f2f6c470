import { Conversation } from './Conversation';

const PEOPLE = { ana: 'Ana', bo: 'Bo' };

/** A server component, which knows who is signed in: `/?me=bo` is Bo's side of the conversation. */
export default async function Page({ searchParams }: { searchParams: Promise<{ me?: string }> }) {
  const [me, remote] = (await searchParams).me === 'bo' ? (['bo', 'ana'] as const) : (['ana', 'bo'] as const);
  return <Conversation me={me} remote={remote} name={PEOPLE[remote]} />;
}
