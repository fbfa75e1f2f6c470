import { Code } from 'storybook/internal/components';
import type { ReactElement } from 'react';
import { readTokens } from './tokens.ts';

/** A table of the custom properties of a style sheet: the meaning and the default of each, with a sample of a colour. */
export function Tokens({ css }: { readonly css: string }): ReactElement {
  const tokens = readTokens(css).filter(({ meaning }) => meaning !== '');
  return (
    <table className="sb-unstyled imflow-props">
      <thead>
        <tr>
          <th>Property</th>
          <th>What for</th>
          <th>Default</th>
          <th>In dark</th>
        </tr>
      </thead>
      <tbody>
        {tokens.map(({ name, meaning, values: [light = '', dark] }) => (
          <tr key={name}>
            <td>
              <Code>{name}</Code>
            </td>
            <td>{meaning}</td>
            <td colSpan={dark === undefined ? 2 : 1}>
              <Value text={light} />
            </td>
            {dark !== undefined && (
              <td>
                <Value text={dark} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ text }: { readonly text: string }): ReactElement {
  return (
    <>
      {text.startsWith('#') && <span aria-hidden="true" className="imflow-swatch" style={{ background: text }} />}
      <Code>{text}</Code>
    </>
  );
}
