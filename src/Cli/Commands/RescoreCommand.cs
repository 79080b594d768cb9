using MuSc.Engine.Inputs;
using MuSc.Evaluation;

namespace MuSc.Cli.Commands;

/// <summary><c>musc rescore</c>: RsCIN on the scores of any method.</summary>
internal static class RescoreCommand
{
    public static MuscCommand Create(string name)
    {
        Option<string> scores = NewOption.Of<string>("--scores", "file.csv", "A table with the columns image and score.");
        scores.Required = true;
        Option<string?> tokens = NewOption.Of<string?>("--tokens", "file.npy", "Class tokens [N × D], one row for each score in the order of the table.");
        Option<string?> images = NewOption.Of<string?>("--images", "dir", "Folder of the images, from which a backbone makes class tokens.");
        BackboneOptions backbone = new();
        Option<bool> exif = NewOption.Exif();
        Option<int[]?> windows = NewOption.Numbers("--windows", "Neighbours that an image's score is averaged over [default: 1,2,3]");
        Option<bool> normalize = NewOption.Flag("--normalize", "Bring class tokens to unit length first; by default they are taken as given.");
        Option<string> output = NewOption.Of(
            "--out, -o", "file.csv", "The new table: image, score, score_before_rscin, rank.", byDefault: "rescored.csv");
        MuscCommand command = new(
            name,
            "Improve any method's image scores by those of the images most like each (RsCIN).",
            "musc rescore --scores scores.csv --images photos",
            "musc rescore --scores scores.csv --tokens class_tokens.npy --windows 1,8,9 --out better.csv")
        {
            scores, tokens, images, backbone.All, exif, windows, normalize, output,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(tokens) is null == result.GetValue(images) is null)
            {
                result.AddError("Give either --tokens or --images.");
            }
        });
        return command.Does(async (parsed, cancellationToken) =>
        {
            ExternalScores table = ExternalScores.Read(parsed.GetValue(scores)!);
            ClassTokens classTokens = parsed.GetValue(tokens) is { } file
                ? ClassTokens.Read(file, table.Names.Count)
                : await ProgressView.RunAsync(
                    progress => ClassTokens.Extract(
                        ExternalRescoring.Match(table, ImageSetResolver.Resolve([parsed.GetValue(images)!], recursive: true)),
                        parsed.GetValue(backbone.Name)!,
                        parsed.GetValue(backbone.Device)!,
                        backbone.Extraction(parsed, parsed.GetValue(exif)),
                        progress,
                        cancellationToken),
                    cancellationToken).ConfigureAwait(false);
            double[] rescored = ExternalRescoring.Run(
                table, parsed.GetValue(normalize) ? classTokens.Normalized() : classTokens, parsed.Given(windows) ?? [1, 2, 3]);
            ExternalRescoring.Write(parsed.GetValue(output)!, table, rescored);
            return new(
                () => new { Images = table.Names.Zip(rescored, (name, score) => new { Image = name, Score = score, ScoreBefore = table[name] }) },
                console => console.WriteLine($"{rescored.Length:N0} scores rescored: {parsed.GetValue(output)}"));
        });
    }
}
