import { render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { ErrorBoundary } from './ErrorBoundary.tsx';

function Broken(): never {
  throw new Error('A part is <b>missing</b>');
}

test('a page that breaks is not left white', () => {
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

test('a sound page is left alone', () => {
  render(<ErrorBoundary>All is well</ErrorBoundary>);
  expect(screen.getByText('All is well')).toBeDefined();
});
