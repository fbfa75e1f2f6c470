import { createInstantMessagingFlow } from '@imflow/core';
import { createFakeTransport } from '@imflow/testing';
import { FlowProvider } from '@imflow/react';
import { fireEvent, render } from '@testing-library/react';
import { createRef, type ReactElement } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Composer, DeliveryTicks } from '../index.ts';

function inFlow(children: ReactElement): HTMLElement {
  const flow = createInstantMessagingFlow({ transport: createFakeTransport(), remote: 'bo' });
  flow.start();
  onTestFinished(() => flow.terminate());
  return render(<FlowProvider flow={flow}>{children}</FlowProvider>).container;
}

describe('a part', () => {
  it('a part has its own class and its state as data attributes, and takes the attributes of its element', () => {
    const { container } = render(<DeliveryTicks status="delivered" id="x" style={{ color: 'red' }} />);
    const ticks = container.firstElementChild as HTMLElement;
    expect(ticks.className).toBe('imflow-ticks');
    expect(ticks.dataset['status']).toBe('delivered');
    expect(ticks.id).toBe('x');
    expect(ticks.style.color).toBe('red');
  });

  it('a part takes a class name, also as a function of its state', () => {
    const { container, rerender } = render(<DeliveryTicks status="sent" className="mine" />);
    expect(container.firstElementChild?.className).toBe('imflow-ticks mine');
    rerender(<DeliveryTicks status="sent" className={({ status }) => `is-${status}`} />);
    expect(container.firstElementChild?.className).toBe('imflow-ticks is-sent');
  });

  it('a part renders as a different element, or by a function of its props and state', () => {
    const { container, rerender } = render(<DeliveryTicks status="sent" render={<b className="bold" />} />);
    expect(container.firstElementChild?.tagName).toBe('B');
    expect(container.firstElementChild?.className).toBe('imflow-ticks bold');
    rerender(<DeliveryTicks status="sent" render={(props, { status }) => <i {...props} data-is={status} />} />);
    expect(container.querySelector('i')?.dataset['is']).toBe('sent');
    expect(container.querySelector('i')?.dataset['status']).toBe('sent');
  });

  it('a part calls the handler of the application and its own, keeps both refs, and keeps working', () => {
    const ref = createRef<HTMLTextAreaElement>();
    const typed = vi.fn();
    const container = inFlow(
      <Composer.Root>
        <Composer.Input onInput={typed} render={<textarea ref={ref} className="own" />} />
        <Composer.Send />
      </Composer.Root>,
    );
    const box = container.querySelector('textarea')!;
    expect(ref.current).toBe(box);
    fireEvent.input(box, { target: { value: 'hello' } });
    expect(typed).toHaveBeenCalledOnce();
    expect(container.querySelector('button')?.disabled).toBe(false);
    expect(container.querySelector('.imflow-composer')?.hasAttribute('data-blank')).toBe(false);
  });

  it('a part outside its root throws an error that names the root', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => render(<Composer.Send />)).toThrow('<Composer.Root>');
  });
});
