import { type ReactElement, useEffect } from 'react';
import { conversationLink } from '../route/conversationLink.ts';
import { MAX_ADDRESS_LENGTH, type RouteProblem } from '../route/parseRoute.ts';
import { participant } from '../route/participant.ts';
import { useLanguage } from '../settings/SettingsProvider.tsx';
import type { AppWords } from '../translations/translations.ts';
import { MinimalPage } from './MinimalPage.tsx';
import { PageHeader } from './PageHeader.tsx';

const ana = participant('ana');
const bo = participant('bo');

/** The page for an invalid address, with links to valid ones. */
export function ProblemPage({ problem }: { problem: RouteProblem }): ReactElement {
  const { tag, app } = useLanguage();
  const translations = app.nowhere;
  useEffect(() => {
    document.title = `${translations.title} · imflow`;
  }, [translations]);
  return (
    <>
      <PageHeader />
      <MinimalPage title={translations.title}>
        <p>{explain(problem, translations, tag)}</p>
        <p>{translations.better}</p>
        <ul>
          {[
            [conversationLink(ana, bo), translations.talksWith(ana.name, bo.name)],
            [conversationLink(bo, ana), translations.inSecondTab(bo.name, ana.name)],
            ['/', translations.both],
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
    </>
  );
}

function explain(problem: RouteProblem, translations: AppWords['nowhere'], tag: string): string {
  switch (problem.what) {
    case 'missing':
      return translations.missing[problem.parameter];
    case 'too-long':
      return translations.tooLong(
        problem.parameter,
        problem.length.toLocaleString(tag, { useGrouping: false }),
        MAX_ADDRESS_LENGTH.toLocaleString(tag),
      );
    case 'characters':
      return translations.characters(problem.parameter);
    case 'yourself':
      return translations.yourself;
    case 'path':
      return translations.path;
  }
}
