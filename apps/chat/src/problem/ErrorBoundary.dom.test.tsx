import { render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { ErrorBoundary } from './ErrorBoundary.tsx';

function Broken(): never {
  throw new Error('A part is <b>missing</b>');
}

test('the boundary shows a message instead of a blank page when a component throws', () => {
  const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  render(
    <ErrorBoundary>
      <Broken />
    </ErrorBoundary>,
  );
  expect(screen.getByRole('heading').textContent).toBe('This page has stopped working');
  expect(screen.getByRole('button', { name: 'Load again' })).toBeDefined();
  expect(screen.getByText('Error: A part is <b>missing</b>')).toBeDefined();
  expect(complain).toHaveBeenCalled();
});

test('the boundary renders its children when nothing throws', () => {
  render(<ErrorBoundary>All is well</ErrorBoundary>);
  expect(screen.getByText('All is well')).toBeDefined();
});
