// In the checkout the commands run from the bundle that `npm run build` makes; in a package this file is dist/hookorder.cjs itself.
require('../../dist/hookorder.cjs').start();
