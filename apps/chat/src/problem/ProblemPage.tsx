import type { ReactElement } from 'react';
import { conversationLink } from '../route/conversationLink.ts';
import { person } from '../route/person.ts';
import { Plain } from './Plain.tsx';

const ana = person('ana');
const bo = person('bo');

/** Says what is wrong with the address of the page, and where to go instead. */
export function ProblemPage({ problem }: { problem: string }): ReactElement {
  return (
    <Plain title="There is no conversation here">
      <p>{problem}</p>
      <p>A good address names two people:</p>
      <ul>
        <li>
          <a href={conversationLink(ana, bo)}>{conversationLink(ana, bo)}</a>
          <span>Ana talks with Bo</span>
        </li>
        <li>
          <a href={conversationLink(bo, ana)}>{conversationLink(bo, ana)}</a>
          <span>Bo talks with Ana, in a second tab</span>
        </li>
        <li>
          <a href="/">/</a>
          <span>both of them, in one page</span>
        </li>
      </ul>
    </Plain>
  );
}
