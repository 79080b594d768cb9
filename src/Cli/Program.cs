using MuSc.Cli;
using MuSc.Cli.Commands;
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
    ClusterCommands.Submit,
    ClusterCommands.Watch,
    ClusterCommands.Results,
    ClusterCommands.Cancel,
    ClusterCommands.Jobs,
    ClusterCommands.Cluster).RunAsync(args).ConfigureAwait(false);
