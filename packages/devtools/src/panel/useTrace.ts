'use client';

import type { InstantMessagingFlow } from '@imflow/core';
import { type FlowTrace, recordTrace, type TraceRecording } from '@imflow/testing';
import { useEffect, useState } from 'react';

/** How long transactions are collected before the panel renders again, in ms. */
const RENDER_INTERVAL = 50;

/** The trace of a recording. Without one, the flow is recorded while the component is mounted. */
export function useTrace(
  flow: InstantMessagingFlow,
  limit: number,
  earlier: TraceRecording | undefined,
): FlowTrace | undefined {
  const [trace, setTrace] = useState<FlowTrace>();
  useEffect(() => {
    const recording = earlier ?? recordTrace(flow, { limit });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = (): void => {
      timer = undefined;
      setTrace(recording.getTrace());
    };
    update();
    const leave = recording.subscribe(() => {
      timer ??= setTimeout(update, RENDER_INTERVAL);
    });
    return () => {
      leave();
      if (earlier === undefined) recording.stop();
      clearTimeout(timer);
    };
  }, [flow, limit, earlier]);
  return trace;
}
