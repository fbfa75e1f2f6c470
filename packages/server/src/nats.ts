export { createNatsBus, type NatsBusOptions } from './bus/natsBus.ts';
