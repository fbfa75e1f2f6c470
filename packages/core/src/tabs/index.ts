export { createWebTabs, type WebTabsOptions } from './webTabs.ts';
