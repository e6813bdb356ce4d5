import { FakeDocuments } from '../fakes/fakeStorage.ts';

/** Documents that do not look after who changes what others share: that is found out where they are read back. */
export class KeptDocuments extends FakeDocuments {
  protected override sealed(value: unknown): unknown {
    return value;
  }
}
