'use client';

import type { FlowTransaction, InstantMessagingFlow } from '@imflow/core';
import { type FlowTrace, replay, type TraceRecording } from '@imflow/testing';
import { type KeyboardEvent, type ReactElement, useEffect, useId, useMemo, useRef, useState } from 'react';
import { adoptStyles } from '../shadowRoot.ts';
import { MessagesView, OutboxView, ReceiptsView } from './MessageViews.tsx';
import { moveFocus } from './roving.ts';
import { StateView } from './StateView.tsx';
import { PANEL_STYLES } from './styles.ts';
import { Timeline } from './Timeline.tsx';
import { TraceFiles } from './TraceFiles.tsx';
import { useTrace } from './useTrace.ts';

export interface InspectorPanelProps {
  readonly flow: InstantMessagingFlow;
  readonly placement: 'bottom' | 'inline';
  readonly limit: number;
  readonly recording: TraceRecording | undefined;
  readonly root: ShadowRoot;
  /** Whether the panel takes the focus when it appears. */
  readonly takesFocus: boolean;
  readonly onClose: () => void;
}

const SECTIONS = ['Messages', 'Transactions', 'Outbox', 'Receipts', 'State'] as const;
type Section = (typeof SECTIONS)[number];

/** A trace that does not grow: a paused recording, or a file. */
interface Still {
  readonly trace: FlowTrace;
  /** The name of the file. Absent: paused. */
  readonly file?: string;
}

/** The panel of the inspector. */
export function InspectorPanel({
  flow,
  placement,
  limit,
  recording,
  root,
  takesFocus,
  onClose,
}: InspectorPanelProps): ReactElement {
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  const live = useTrace(flow, limit, recording);
  const [still, setStill] = useState<Still>();
  const [section, setSection] = useState<Section>('Messages');
  // The number of the transaction in the whole recording, since older ones may be dropped. Absent: the newest.
  const [chosen, setChosen] = useState<number>();
  const trace = still?.trace ?? live;

  useEffect(() => adoptStyles(root, PANEL_STYLES), [root]);
  useEffect(() => {
    if (takesFocus) panel.current?.querySelector<HTMLElement>('[role="tab"][tabindex="0"]')?.focus();
  }, [takesFocus]);

  function show(next: Still | undefined): void {
    setStill(next);
    setChosen(undefined);
  }

  function handleKey(event: KeyboardEvent<HTMLElement>): void {
    // Keys of the inspector are not meant for the application, whose shortcuts listen on the document.
    event.stopPropagation();
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onClose();
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Keys of the elements in it.
    <section ref={panel} className="panel" data-placement={placement} aria-label="Flow inspector" onKeyDown={handleKey}>
      <header>
        <h2>{trace === undefined ? 'Flow' : `${trace.localAddress} → ${trace.remote}`}</h2>
        <button
          type="button"
          aria-pressed={still !== undefined && still.file === undefined}
          onClick={() => show(still === undefined && live ? { trace: live } : undefined)}
        >
          {still?.file === undefined ? 'Pause' : 'Back to the flow'}
        </button>
        <TraceFiles trace={trace} onOpen={(opened, file) => show({ trace: opened, file })} />
      </header>
      <div
        role="tablist"
        aria-label="Sections"
        tabIndex={-1}
        onKeyDown={(event) => moveFocus(event, '[role="tab"]', 'horizontal')?.click()}
      >
        {SECTIONS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}${name}`}
            aria-selected={name === section}
            aria-controls={`${id}panel`}
            tabIndex={name === section ? 0 : -1}
            onClick={() => setSection(name)}
          >
            {name}
          </button>
        ))}
      </div>
      {trace !== undefined && (
        <Steps trace={trace} file={still?.file} chosen={chosen} isStill={still !== undefined} onChoose={setChosen} />
      )}
      <div role="tabpanel" id={`${id}panel`} aria-labelledby={`${id}${section}`} className="content" tabIndex={0}>
        {trace !== undefined && <SectionView section={section} trace={trace} chosen={chosen} onChoose={setChosen} />}
      </div>
    </section>
  );
}

interface StepsProps {
  readonly trace: FlowTrace;
  readonly file: string | undefined;
  readonly chosen: number | undefined;
  readonly isStill: boolean;
  readonly onChoose: (number: number | undefined) => void;
}

/** Which transaction is shown, and buttons to step back and forward. */
function Steps({ trace, file, chosen, isStill, onChoose }: StepsProps): ReactElement {
  const [first, last] = [trace.dropped + 1, trace.dropped + trace.transactions.length];
  const number = Math.max(chosen ?? last, first);
  const what = file === undefined ? (isStill ? 'Paused' : 'Live') : `Trace ${file}`;
  return (
    <div className="steps">
      <button type="button" aria-label="Step back" disabled={number <= first} onClick={() => onChoose(number - 1)}>
        ◀
      </button>
      <button type="button" aria-label="Step forward" disabled={number >= last} onClick={() => onChoose(number + 1)}>
        ▶
      </button>
      <button type="button" disabled={chosen === undefined} onClick={() => onChoose(undefined)}>
        Newest
      </button>
      <output>
        {what}: after transaction {number} of {last}
      </output>
    </div>
  );
}

interface SectionViewProps {
  readonly section: Section;
  readonly trace: FlowTrace;
  readonly chosen: number | undefined;
  readonly onChoose: (number: number | undefined) => void;
}

/** A section as of the chosen transaction. */
function SectionView({ section, trace, chosen, onChoose }: SectionViewProps): ReactElement {
  const at = useMemo(() => replayTo(trace, chosen), [trace, chosen]);
  const transactions = useMemo(() => trace.transactions.slice(0, at.position + 1), [trace, at]);
  const context = { capabilities: trace.capabilities, transactions };
  const present = transactions.at(-1) as FlowTransaction;
  switch (section) {
    case 'Messages':
      return <MessagesView messages={at.messages} context={context} />;
    case 'Transactions':
      return <Timeline trace={trace} position={at.position} onChoose={onChoose} />;
    case 'Outbox':
      return <OutboxView messages={at.messages} context={context} state={present.state} />;
    case 'Receipts':
      return <ReceiptsView messages={at.messages} context={context} state={present.state} />;
    case 'State':
      return <StateView transaction={present} transactions={transactions} />;
  }
}

function replayTo(trace: FlowTrace, chosen: number | undefined): ReturnType<typeof replay> {
  const steps = replay(trace);
  const last = trace.transactions.length - 1;
  steps.moveTo(chosen === undefined ? last : Math.min(Math.max(chosen - trace.dropped - 1, 0), last));
  return steps;
}
