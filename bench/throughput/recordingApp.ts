/** The app, with all that it asks of Azure written down. */
import './recordOperations.ts';
import '../../functions/main.ts';
