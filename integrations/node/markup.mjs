// A chat that is rendered to text.

import { createLoopbackNetwork } from '@imflow/core/transports';
import { FlowProvider } from '@imflow/react';
import { Chat } from '@imflow/ui';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';

const transport = createLoopbackNetwork().connect('ana');
const chat = createElement(Chat, { name: 'Bo' });
console.log(renderToString(createElement(FlowProvider, { transport, remote: 'bo' }, chat)));
