// FAST_CHECK_SEED -> the seed of every property test: the same runs everywhere, others on request.
import { configureGlobal } from 'fast-check';

configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20261121) });
