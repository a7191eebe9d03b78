// All scenarios, theme by theme. Each is data: charts as documents, the operations that are run on them, and the fact that they show.
import { applying } from './scenarios/applying.mjs';
import { deleting } from './scenarios/deleting.mjs';
import { dying } from './scenarios/dying.mjs';
import { moving } from './scenarios/moving.mjs';
import { operations } from './scenarios/operations.mjs';
import { order } from './scenarios/order.mjs';
import { waiting } from './scenarios/waiting.mjs';

export const SCENARIOS = [...order, ...waiting, ...deleting, ...operations, ...moving, ...dying, ...applying];
