'use client';

import { type FlowTrace, printTrace, readTrace } from '@imflow/testing';
import { type ChangeEvent, type MouseEvent, type ReactElement, useState } from 'react';

interface TraceFilesProps {
  readonly trace: FlowTrace | undefined;
  readonly onOpen: (trace: FlowTrace, file: string) => void;
}

/** Saves the trace as a file, and opens one. */
export function TraceFiles({ trace, onOpen }: TraceFilesProps): ReactElement {
  const [texts, setTexts] = useState(false);
  const [problem, setProblem] = useState<string>();

  function save({ currentTarget: { ownerDocument } }: MouseEvent<HTMLElement>): void {
    const view = ownerDocument.defaultView;
    if (trace === undefined || view === null) return;
    const blob = new view.Blob([printTrace(trace, { texts })], { type: 'application/json' });
    const link = ownerDocument.createElement('a');
    link.href = view.URL.createObjectURL(blob);
    link.download = 'imflow-trace.json';
    link.click();
    view.URL.revokeObjectURL(link.href);
  }

  async function open({ target }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const file = target.files?.[0];
    if (file === undefined) return;
    try {
      const opened = readTrace(await file.text());
      if (opened.transactions.length === 0) throw new TypeError('This trace has no transactions.');
      setProblem(undefined);
      onOpen(opened, file.name);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'The file cannot be read.');
    }
    // So that the same file can be chosen again.
    target.value = '';
  }

  return (
    <>
      <button type="button" disabled={trace === undefined} onClick={save}>
        Save trace
      </button>
      <label>
        <input type="checkbox" checked={texts} onChange={({ target }) => setTexts(target.checked)} /> with texts
      </label>
      <label className="file">
        Open trace
        <input type="file" accept="application/json,.json" onChange={(event) => void open(event)} />
      </label>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </>
  );
}
