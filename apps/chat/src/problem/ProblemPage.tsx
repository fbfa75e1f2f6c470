import { type ReactElement, useEffect } from 'react';
import { conversationLink } from '../route/conversationLink.ts';
import { LONGEST_ADDRESS, type RouteProblem } from '../route/parseRoute.ts';
import { participant } from '../route/participant.ts';
import { useLanguage } from '../settings/SettingsProvider.tsx';
import type { AppWords } from '../words/words.ts';
import { MinimalPage } from './MinimalPage.tsx';

const ana = participant('ana');
const bo = participant('bo');

/** Says what is wrong with the address of the page, and where to go instead. */
export function ProblemPage({ problem }: { problem: RouteProblem }): ReactElement {
  const { tag, app } = useLanguage();
  const words = app.nowhere;
  useEffect(() => {
    document.title = `${words.title} · imflow`;
  }, [words]);
  return (
    <MinimalPage title={words.title}>
      <p>{explain(problem, words, tag)}</p>
      <p>{words.better}</p>
      <ul>
        {[
          [conversationLink(ana, bo), words.talksWith(ana.name, bo.name)],
          [conversationLink(bo, ana), words.inSecondTab(bo.name, ana.name)],
          ['/', words.both],
        ].map(([link, what]) => (
          <li key={link}>
            <a href={link}>
              <bdi>{link}</bdi>
            </a>
            <span>{what}</span>
          </li>
        ))}
      </ul>
    </MinimalPage>
  );
}

function explain(problem: RouteProblem, words: AppWords['nowhere'], tag: string): string {
  switch (problem.what) {
    case 'missing':
      return words.missing[problem.parameter];
    case 'too-long':
      return words.tooLong(
        problem.parameter,
        problem.length.toLocaleString(tag, { useGrouping: false }),
        LONGEST_ADDRESS.toLocaleString(tag),
      );
    case 'characters':
      return words.characters(problem.parameter);
    case 'yourself':
      return words.yourself;
  }
}
