using MuSc.Cli;
using MuSc.Cli.Commands;
using MuSc.Cli.Commands.Cluster;
using MuSc.Cli.Commands.Model;

// To add a command: write it in Commands/ and name it here; help shows them in this order.
return await new CommandLineProgram(
    DemoCommand.Create,
    ScoreCommand.Create,
    ExtractCommand.Create,
    PlanCommand.Create,
    InspectCommand.Create,
    ModelCommand.Create,
    EvaluateCommand.Create,
    RescoreCommand.Create,
    ServeCommand.Create,
    UpCommand.Create,
    InitDbCommand.Create,
    SubmitCommand.Create,
    JobCommands.Watch,
    JobCommands.Results,
    JobCommands.Cancel,
    JobCommands.Jobs).RunAsync(args).ConfigureAwait(false);
