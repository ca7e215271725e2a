;; A namespace with the session's configuration as a map, and the session made of it by interop.
(ns firesteel.session
  (:require [clojure.edn :as edn])
  (:import (org.apache.spark.sql RowFactory SparkSession)
           (org.apache.spark.sql.types DataTypes Metadata StructField StructType)))

(def conf
  "Spark's properties as keywords and texts; a name that is no keyword is a text."
  (edn/read-string (slurp (System/getenv "FIRESTEEL_CONF"))))

(defonce ^SparkSession spark
  (let [builder (SparkSession/builder)]
    (doseq [[property value] conf]
      (.config builder ^String (name property) ^String value))
    (.getOrCreate builder)))

(def ^:private types
  {Long DataTypes/LongType, Double DataTypes/DoubleType, Boolean DataTypes/BooleanType, String DataTypes/StringType})

(defn dataframe
  "A DataFrame of maps that have the same keywords: its columns are those of the first."
  [maps]
  (let [columns (keys (first maps))
        field (fn [column]
                (StructField. (name column) (get types (class (get (first maps) column)) DataTypes/StringType) true (Metadata/empty)))
        row (fn [one] (RowFactory/create (object-array (map one columns))))]
    (.createDataFrame spark ^java.util.List (mapv row maps) (StructType. (into-array StructField (map field columns))))))

(defn rows
  "What a DataFrame has, as maps."
  [^org.apache.spark.sql.Dataset frame]
  (let [columns (map keyword (.columns frame))]
    (mapv (fn [^org.apache.spark.sql.Row row] (zipmap columns (map #(.get row (int %)) (range (.length row)))))
          (.collectAsList frame))))

(ns user
  (:require [firesteel.session :refer [conf dataframe rows spark]]))

;; Geni is there only where Clojars is.
(try (require '[zero-one.geni.core :as g])
     (catch java.io.FileNotFoundException _))
