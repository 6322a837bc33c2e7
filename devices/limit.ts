/** Limits: what they are (schema), what is known of each (state), and how a reading or a moment changes that (step). Pure. */
export {
  DIRECTIONS,
  LEVELS,
  type Level,
  LIMIT_KINDS,
  type Limit,
  type LimitKind,
  limitFields,
  limitSchema,
} from './limit/schema.ts';
export { CLASSES, STANDARDS, standardFault, WATERS } from './limit/standard.ts';
export {
  afterClockStep,
  initialLimitState,
  type LimitState,
  limitStateSchema,
  undecided,
} from './limit/state.ts';
export { type Decision, type LimitStep, type Refusal, stepLimit, tickLimit } from './limit/step.ts';
