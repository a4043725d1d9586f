/** How events travel. */
export * from './create.ts';
export { createEmbeddedTransport, type EmbeddedOptions } from './embedded.ts';
export { createKafkaTransport, type KafkaOptions } from './kafka.ts';
export * from './transport.ts';
