using MuSc.Engine.Files;
using MuSc.Engine.Galleries;
using MuSc.Engine.Inputs;
using MuSc.Engine.Results;
using MuSc.Engine.Tiles;
using MuSc.Engine.Tokens;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Local;

/// <summary>The gallery of a job on this machine, from the beginning of the job to its end.</summary>
internal sealed class LocalGallery
{
    private readonly GalleryOptions _options;
    private readonly ScoringJobSpec _spec;
    private readonly GalleryFolder _folder;
    private GalleryManifest? _gallery;
    private GallerySettings? _settings;
    private FeatureShape? _shape;

    /// <exception cref="JobException">Gallery and results would lie in one another.</exception>
    public LocalGallery(GalleryOptions options, ScoringJobSpec spec)
    {
        (_options, _spec) = (options, spec);
        string place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Place));
        string results = Path.TrimEndingDirectorySeparator(Path.GetFullPath(spec.Output.Folder));
        if (PathRules.IsBelow(place, results) || PathRules.IsBelow(results, place))
        {
            throw new JobException(JobErrorKind.Usage, $"The gallery {options.Place} and the results {spec.Output.Folder} lie in one another; choose another folder for one of them.");
        }

        _folder = new(place);
    }

    /// <summary>How the job's images and the gallery come together, once that is known.</summary>
    public GalleryPlan Plan { get; private set; } = new(null, [], [], []);

    /// <summary>Where kept values lie; null where the gallery is only read.</summary>
    public KeptDistances? Distances { get; private set; }

    /// <summary>How the images are decided.</summary>
    public DecisionOptions Decision => _options.ReadOnly ? GalleryScores.Decision(_spec.Decision, Plan.References) : _spec.Decision;

    /// <summary>Takes the gallery for the time of the job.</summary>
    public IDisposable Take()
    {
        IDisposable taken = _options.ReadOnly ? _folder.Reading() : _folder.Change();
        _gallery = GalleryManifest.Read(_folder.Place);
        return taken;
    }

    /// <summary>Brings the job's images and the gallery together.</summary>
    /// <exception cref="JobException">They do not fit.</exception>
    public GalleryPlan Join(BackboneRun backbone, IReadOnlyList<CheckedImage> images, DateTimeOffset now)
    {
        (_settings, _shape) = (GallerySettings.Of(_spec, backbone.Info, backbone.Size, backbone.Extractor.Profile), backbone.Extractor.Shape);
        _gallery?.Settings.Check(_options.Place, _settings);
        Plan = GalleryPlan.Of(_gallery, images, _spec, now);
        Distances = _options.ReadOnly ? null : new(Plan.Generation is { } generation ? _folder.Of(generation) : null, _folder.Next, Plan);
        return Plan;
    }

    /// <summary>The features of all rows and references.</summary>
    /// <param name="tokens">Those of the job's images.</param>
    /// <param name="store">The folder in which they lie.</param>
    /// <param name="images">What they are called there.</param>
    public ITokenSource Tokens(ITokenSource tokens, string store, IReadOnlyList<(string Key, ImageFile File)> images)
    {
        string? before = Plan.Generation is { } generation ? GalleryFolder.Features(_folder.Of(generation)) : null;
        if (_options.ReadOnly)
        {
            return new JoinedTokens(tokens, new FeatureStore(before!, _shape!).Open([.. Plan.References.Select(image => image.Sha256)]));
        }

        string folder = GalleryFolder.Features(_folder.Next);
        DiskError.Name(folder, () => Directory.CreateDirectory(folder));
        FeatureStore next = new(folder, _shape!);
        Dictionary<string, string> keys = images.DistinctBy(image => Path.GetFullPath(image.File.Path)).ToDictionary(image => Path.GetFullPath(image.File.Path), image => image.Key);
        foreach (GalleryRow row in Plan.Rows)
        {
            (string from, string key) = row.Earlier is null ? (store, keys[row.Image.Path]) : (before!, row.Image.Sha256);
            next.Link(from, key, row.Image.Sha256);
        }

        tokens.Dispose();
        return next.Open([.. Plan.Rows.Select(row => row.Image.Sha256)]);
    }

    /// <summary>What the gallery's images are compared by, where it is only read.</summary>
    public float[] Compared(ITokenSource tokens, CancellationToken cancellationToken) => ComparedFeatures.Of(
        tokens, _spec, Plan.Rows.Count.., image => Plan.References[image].SalientPatch, cancellationToken);

    /// <summary>Makes what the job has found the gallery; one that is only read stays as it is.</summary>
    public void Complete(ScoredImages scored)
    {
        if (!_options.ReadOnly)
        {
            string generation = Guid.NewGuid().ToString("N");
            _folder.Commit(_folder.Next, Plan.Next(generation, _settings!, scored, scored.Plan!.Maps, _folder.Next), Plan.Generation);
        }
    }
}
