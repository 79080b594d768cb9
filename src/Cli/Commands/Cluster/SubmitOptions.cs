namespace MuSc.Cli.Commands.Cluster;

/// <summary>The options of <c>musc score</c> that mean something to a cluster: not where results go, nor threads or memory.</summary>
internal sealed class SubmitOptions
{
    private readonly ScoringOptions _scoring = new();
    private readonly ResultOptions _results = new();

    /// <summary>Rows of the table of the most anomalous images.</summary>
    public Option<int> Top => _results.Top;

    public void AddTo(Command command)
    {
        _scoring.Images.AddTo(command);
        command.Options.Add(_scoring.Tokens);
        command.Options.Add(_scoring.ClassTokens);
        command.Options.Add(_scoring.Names);
        command.Options.Add(_scoring.TokenReferences);
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

    /// <summary>The job, with every path as silos see it that share this machine's files.</summary>
    /// <exception cref="JobException">An image was not found.</exception>
    public ScoringJobSpec Read(ParseResult parsed)
    {
        ScoringJobSpec spec = _scoring.Read(parsed, _results.Read(parsed) with { Folder = "chosen by the cluster" });
        return spec with
        {
            Images = [.. spec.Images.Select(Full)],
            References = [.. spec.References.Select(Full)],
            TokensFile = Full(spec.TokensFile),
            ClassTokensFile = Full(spec.ClassTokensFile),
            Backbone = File.Exists(spec.Backbone) ? Path.GetFullPath(spec.Backbone) : spec.Backbone,
        };
    }

    private static ImageFile Full(ImageFile image) => image with { Path = Path.GetFullPath(image.Path) };

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);
}
