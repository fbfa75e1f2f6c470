import { ServerPage } from './serverPage';

const PEOPLE = { ana: 'Ana', bo: 'Bo' };

/** A server component: `/?me=bo` is Bo's side of the conversation. */
export default async function Page({ searchParams }: { searchParams: Promise<{ me?: string }> }) {
  const [me, remote] = (await searchParams).me === 'bo' ? (['bo', 'ana'] as const) : (['ana', 'bo'] as const);
  return <ServerPage me={me} remote={remote} name={PEOPLE[remote]} />;
}
