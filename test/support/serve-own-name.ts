// For `node --import`: an example then finds `import … from 'hostvitals'` in these sources, without a build.
import { serveOwnName } from '../../src/config/own-name.ts'

serveOwnName(new Set())
