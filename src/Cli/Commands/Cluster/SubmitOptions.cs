using System.CommandLine;
using MuSc.Contracts;

namespace MuSc.Cli.Commands.Cluster;

/// <summary>The options of <c>musc score</c> that mean something to a cluster: not where results go, nor threads or memory.</summary>
internal sealed class SubmitOptions
{
    private readonly ScoringOptions _scoring = new();
    private readonly ResultOptions _results = new();

    public void AddTo(Command command)
    {
        _scoring.Images.AddTo(command);
        _scoring.Method.AddTo(command);
        command.Options.Add(_scoring.Backbone.Name);
        command.Options.Add(_scoring.Backbone.Size);
        command.Options.Add(_scoring.Backbone.Stages);
        command.Options.Add(_scoring.Backbone.Device);
        command.Options.Add(_scoring.Backbone.Batch);
        command.Options.Add(_scoring.Resources.Block);
        command.Options.Add(_results.Maps);
        command.Options.Add(_results.NoOverlays);
        command.Options.Add(_results.NoReport);
        command.Options.Add(_results.PatchScores);
    }

    /// <exception cref="JobException">An image was not found.</exception>
    public ScoringJobSpec Read(ParseResult parsed) => _scoring.Read(parsed, _results.Read(parsed) with { Folder = "chosen by the cluster" });
}
