import { createInstantMessagingFlow, type InstantMessagingFlow } from '@imflow/core';
import { createFakeTransport } from '@imflow/testing';
import { describe, expect, it, vi } from 'vitest';
import { trackAttention, watchAttention } from './attention.ts';

/** A document of another window, as a popup has, with a focus that the test moves. */
function otherWindow(): { readonly page: Document; readonly focus: (has: boolean) => void } {
  const frame = document.body.appendChild(document.createElement('iframe'));
  const page = frame.contentDocument!;
  let focused = false;
  vi.spyOn(page, 'hasFocus').mockImplementation(() => focused);
  vi.spyOn(page, 'visibilityState', 'get').mockReturnValue('visible');
  return {
    page,
    focus(has) {
      focused = has;
      page.defaultView!.dispatchEvent(new Event(has ? 'focus' : 'blur'));
    },
  };
}

function tracked(): { readonly flow: InstantMessagingFlow; readonly attention: () => boolean | undefined } {
  const flow = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'bo' });
  const set = vi.spyOn(flow, 'setAttention');
  return { flow, attention: () => set.mock.lastCall?.[0] };
}

describe('attention', () => {
  it('B232 attention is that of the given document, not of the page', () => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    const popup = otherWindow();
    const reports: boolean[] = [];
    const stop = watchAttention((attentive) => reports.push(attentive), popup.page);
    popup.focus(true);
    window.dispatchEvent(new Event('focus'));
    popup.focus(false);
    stop();
    popup.focus(true);
    expect(reports).toEqual([false, true, false]);
  });

  it('B232 a flow that is shown in two windows has attention while one of them has the focus', () => {
    const main = vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    const popup = otherWindow();
    const { flow, attention } = tracked();
    const stopMain = trackAttention(flow);
    const stopPopup = trackAttention(flow, popup.page);
    expect(attention()).toBe(true);

    main.mockReturnValue(false);
    window.dispatchEvent(new Event('blur'));
    expect(attention()).toBe(false);
    popup.focus(true);
    expect(attention()).toBe(true);

    stopPopup();
    expect(attention()).toBe(false);
    stopMain();
  });

  it('B232 each document is watched once, until its last component has unmounted', () => {
    const added = vi.spyOn(document, 'addEventListener');
    const removed = vi.spyOn(document, 'removeEventListener');
    const { flow } = tracked();
    const [one, two] = [trackAttention(flow), trackAttention(flow)];
    one();
    one();
    expect(removed).not.toHaveBeenCalled();
    two();
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed).toHaveBeenCalledTimes(1);
  });

  it('B232 attention is assumed where there is no document', () => {
    vi.stubGlobal('document', undefined);
    const reports: boolean[] = [];
    watchAttention((attentive) => reports.push(attentive))();
    vi.unstubAllGlobals();
    expect(reports).toEqual([true]);
  });
});
