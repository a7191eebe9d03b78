// In the checkout the commands run from the bundle that `npm run build` makes; in a package this file is that bundle.
require('../../dist/hookorder.cjs');
