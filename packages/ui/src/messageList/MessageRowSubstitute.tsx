'use client';

/** The placeholder of a message whose row cannot be rendered. */

import { useMessage } from '@imflow/react';
import type { ReactElement } from 'react';
import { useRetryOnChange } from '../internal/RowBoundary.tsx';
import { essenceOf } from '../messageBody/contentType.ts';
import { useSettings } from '../settings/ChatSettings.tsx';

/** Stands in for a message whose row cannot be rendered, until the message changes. */
export function MessageRowSubstitute({ id }: { readonly id: string }): ReactElement {
  const record = useMessage(id);
  const { translations } = useSettings();
  useRetryOnChange(record);
  return (
    <div className="imflow-row">
      <article className="imflow-message" data-message={id} data-direction={record?.direction} tabIndex={-1}>
        <div className="imflow-bubble">
          <em>{translations.unsupported(essenceOf(record?.contentType ?? ''))}</em>
        </div>
      </article>
    </div>
  );
}
