import { act, render, renderHook } from '@testing-library/react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { lazyModule } from './lazyModule.ts';

async function loads(): Promise<void> {
  await act(() => Promise.resolve());
}

describe('a lazy module', () => {
  it('a lazy module is fetched once for all callers', async () => {
    const load = vi.fn(() => Promise.resolve('there'));
    const useIt = lazyModule(load);
    expect(load).not.toHaveBeenCalled();
    const first = renderHook(useIt);
    const second = renderHook(useIt);
    expect([first.result.current, second.result.current]).toEqual([undefined, undefined]);
    await loads();
    expect([first.result.current, second.result.current]).toEqual(['there', 'there']);
    expect(load).toHaveBeenCalledOnce();
    expect(renderHook(useIt).result.current).toBe('there');
  });

  it('B371 a lazy module is there at once for a component that mounts after the preload', async () => {
    const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError('no network'));
    load.mockResolvedValue('there');
    const useIt = lazyModule(load);
    useIt.preload();
    await loads();
    useIt.preload();
    useIt.preload();
    await loads();
    expect(load).toHaveBeenCalledTimes(2);
    expect(renderHook(useIt).result.current).toBe('there');
  });

  it('a lazy module that fails to load is requested again by the next caller', async () => {
    const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError('no network'));
    load.mockResolvedValue('there');
    const useIt = lazyModule(load);
    const first = renderHook(useIt);
    await loads();
    expect(first.result.current).toBeUndefined();
    const second = renderHook(useIt);
    await loads();
    expect([first.result.current, second.result.current]).toEqual(['there', 'there']);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('B122 a lazy module is not fetched on a server', () => {
    const load = vi.fn(() => Promise.resolve('there'));
    const useIt = lazyModule(load);
    const Text = () => <p>{useIt() ?? 'away'}</p>;
    expect(renderToString(<Text />)).toBe('<p>away</p>');
    expect(load).not.toHaveBeenCalled();
    expect(render(<Text />).container.textContent).toBe('away');
  });
});
