import { Code } from 'storybook/internal/components';
import type { ReactElement, ReactNode } from 'react';

/** The description of a property by react-docgen. */
interface PropInfo {
  readonly required?: boolean;
  readonly description?: string;
  readonly tsType?: { readonly name: string; readonly raw?: string };
  readonly defaultValue?: { readonly value: string };
}

interface Documented {
  readonly __docgenInfo?: { readonly props?: Readonly<Record<string, PropInfo>> };
}

/** A table of the properties that a component declares itself: name, type, docstring, default. */
export function Props({ of }: { readonly of: object }): ReactElement {
  // oxlint-disable-next-line no-underscore-dangle -- its name, not ours
  const { props } = (of as Documented).__docgenInfo ?? {};
  if (!props) throw new Error('Nothing is known of the properties of this component.');
  return (
    <table className="sb-unstyled imflow-props">
      <thead>
        <tr>
          <th>Property</th>
          <th>Type</th>
          <th>What it does</th>
          <th>Default</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(props).map(([name, { required = false, description = '', tsType, defaultValue }]) => (
          <tr key={name}>
            <td>
              <Code>{name}</Code>
              {required && ' (required)'}
            </td>
            <td>{tsType && <Code>{typeText(tsType)}</Code>}</td>
            <td>{withCode(description)}</td>
            <td>{defaultValue && <Code>{defaultValue.value}</Code>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function typeText({ name, raw = name }: { readonly name: string; readonly raw?: string }): string {
  return raw.replace(/^undefined \| | \| undefined\b/g, '').replaceAll(/\s+/g, ' ');
}

/** Renders a docstring, in which code stands in backquotes. */
function withCode(text: string): ReactNode[] {
  // oxlint-disable-next-line react/no-array-index-key -- the pieces never change
  return text.split('`').map((piece, index) => (index % 2 === 0 ? piece : <Code key={index}>{piece}</Code>));
}
