using MuSc.Cli;
using MuSc.Cli.Commands;
using MuSc.Cli.Commands.Cluster;
using MuSc.Cli.Commands.Gallery;
using MuSc.Cli.Commands.Model;

// To add a command: write it in Commands/ and name it here; help shows them in this order.
return await new CommandLineProgram(new()
{
    ["demo"] = DemoCommand.Create,
    ["score"] = ScoreCommand.Create,
    ["extract"] = ExtractCommand.Create,
    ["plan"] = PlanCommand.Create,
    ["inspect"] = InspectCommand.Create,
    ["model"] = ModelCommand.Create,
    ["evaluate"] = EvaluateCommand.Create,
    ["rescore"] = RescoreCommand.Create,
    ["decide"] = DecideCommand.Create,
    ["export"] = ExportCommand.Create,
    ["gallery"] = GalleryCommand.Create,
    ["import-labels"] = ImportLabelsCommand.Create,
    [ServeCommand.Name] = ServeCommand.Create,
    ["up"] = UpCommand.Create,
    ["key"] = KeyCommand.Create,
    ["init-db"] = InitDbCommand.Create,
    ["submit"] = SubmitCommand.Create,
    ["watch"] = JobCommands.Watch,
    ["results"] = JobCommands.Results,
    ["cancel"] = JobCommands.Cancel,
    ["jobs"] = JobCommands.Jobs,
}).RunAsync(args).ConfigureAwait(false);
