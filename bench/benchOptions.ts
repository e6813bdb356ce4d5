/** What the command line chooses. */
export interface BenchOptions {
  /** Versions of the burst. */
  burst: number;
}
